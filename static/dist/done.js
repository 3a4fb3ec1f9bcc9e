var{code:e}=document.getElementById("done").dataset;try{opener?.postMessage({fanfare:"code",code:e},location.origin)}catch{}setTimeout(()=>close(),600);
